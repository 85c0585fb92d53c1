"""Read a page as a browser without script does: what its form would send, and the labels."""

from html.parser import HTMLParser


class Page(HTMLParser):
    """The form of an open attempt: fields as they would be sent, and what labels them."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.sent = {}
        self.choices = {}  # What a select or radio group offers: {name: {value: words}}.
        self.labels = {}
        self.legends = []
        self._ids = {}
        self._open = None
        self._select = None
        self._textarea = None
        self._label = None
        self._legend = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        name = at.get("name", "")
        if tag == "input" and name:
            self._ids[at.get("id")] = (name, at.get("value", ""))
            kind = at.get("type", "text")
            if kind in ("radio", "checkbox"):
                self.choices.setdefault(name, {})[at["value"]] = at["value"]
                if "checked" in at:
                    self.sent.setdefault(name, []).append(at["value"])
            elif "disabled" not in at:
                self.sent.setdefault(name, []).append(at.get("value") or "")
        elif tag == "select":
            self._ids[at.get("id")] = (name, None)
            self._select = name
            self.sent[name], self.choices[name] = [""], {}
        elif tag == "option":
            self._open = at["value"]
            self.choices[self._select][self._open] = ""
            if "selected" in at:
                self.sent[self._select] = [self._open]
        elif tag == "textarea":
            self._ids[at.get("id")] = (name, None)
            self._textarea = name
            self.sent[name] = [""]
        elif tag == "label":
            self._label = at["for"]
            self.labels[self._label] = ""
        elif tag == "legend":
            self._legend = True
            self.legends.append("")

    def handle_endtag(self, tag):
        if tag == "label":
            name, value = self._ids.get(self._label, (None, None))
            if name in self.choices and value in self.choices[name]:
                self.choices[name][value] = self.labels[self._label].strip()
            self._label = None
        self._open = None if tag == "option" else self._open
        self._select = None if tag == "select" else self._select
        self._textarea = None if tag == "textarea" else self._textarea
        self._legend = None if tag == "legend" else self._legend

    def handle_data(self, data):
        if self._label:
            self.labels[self._label] += data
        if self._open is not None:
            self.choices[self._select][self._open] += data
        if self._textarea:
            self.sent[self._textarea][0] += data
        if self._legend:
            self.legends[-1] += data

    @property
    def unlabelled(self):
        """Return the ids of fields that nothing labels."""
        return {key for key in self._ids if key and not self.labels.get(key, "").strip()}

    def choose(self, name, words):
        """Pick what is called so in a select or radio group."""
        [value] = [key for key, text in self.choices[name].items() if text.strip() == words]
        self.sent[name] = [value]

    def field(self, words):
        """Return the name of the field that is labelled so."""
        [found] = [
            self._ids[key][0]
            for key, text in self.labels.items()
            if key in self._ids and text.strip() == words
        ]
        return found

    def write(self, name, text):
        """Write into a text field."""
        assert name in self.sent
        self.sent[name] = [text]

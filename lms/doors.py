"""The list of URLs that open without signing in. Everything else is closed.

``tests/golden/public_urls.txt`` holds the approved copy; a change here needs a change there.
"""

PUBLIC_ROUTES = frozenset(
    {
        "((?:[w-]+/)*)",  # Wagtail's public pages (content), by its own catch-all
        "offline/",
        "sw.js",
        "learn/",
        "learn/<slug:course>/",
        "learn/<slug:course>/syllabus/",
        "learn/<slug:course>/<slug:module>/",
        "learn/<slug:course>/<slug:module>/<slug:lesson>/",
        "learn/<slug:course>/files/<path:name>",
        ".well-known/did.json",
        "verify/",
        "verify/<str:code>/",
        "verify/<str:code>.json",
        "api/v1/verify/<code>",
        "api/v1/verify/<str:code>",
        "api/v1/openapi.json",
        "api/v1/docs",
        "healthz",
        "readyz",
        "styleguide/",
        "join/<str:token>/",
        "accounts/login/",
        "accounts/logout/",
        "accounts/signup/",
        "accounts/inactive/",
        "accounts/confirm-email/",
        "accounts/confirm-email/<key>/",
        "accounts/password/reset/",
        "accounts/password/reset/done/",
        "accounts/password/reset/key/<uidb36>-<key>/",
        "accounts/password/reset/key/done/",
        "accounts/reauthenticate/",
        "accounts/2fa/authenticate/",
        "accounts/2fa/webauthn/login/",
    }
)
"""Django route patterns, as ``resolver_match.route`` gives them with regular expressions named."""

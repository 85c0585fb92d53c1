"""The public site: it speaks to visitors and knows neither courses nor certification."""

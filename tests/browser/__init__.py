"""The running product seen through a browser, outside of any journey: pictures for the documentation."""

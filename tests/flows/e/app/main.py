"""The web server of the example; the image of our tests holds a small program in its place."""

from flask import Flask

app = Flask(__name__)


@app.get("/health")
def health():
    return {"status": "ok"}

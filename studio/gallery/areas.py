"""What the networks of the gallery work on, to sort them by."""

from studio.wording import marked

PICTURES = marked("Pictures")
TEXT = marked("Text")
SOUND = marked("Sound")
PICTURES_AND_TEXT = marked("Pictures and text")
GENERATING = marked("Generating")

"""The frozen program as a package of Debian and Ubuntu."""

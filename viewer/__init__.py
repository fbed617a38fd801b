"""The Fourview application: reading, display, analysis and export of mammography exams."""

"""Phantom exams as true DICOM files with their truth beside them; no Qt."""

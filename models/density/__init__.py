"""Breast density (Wu et al., ICASSP 2018): one class a–d for an exam of four views."""

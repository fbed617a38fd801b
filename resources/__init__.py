"""Icons, style, protocols and colour maps: data only."""

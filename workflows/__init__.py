"""The desks that ship with Postern, one TOML file each."""

"""What people are told: notices in, letters out; `courier` alone speaks to the network."""

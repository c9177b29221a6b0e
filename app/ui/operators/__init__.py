"""Who works at the station, on the screen: signing in, the lock, confirming, and the list of operators."""

"""How far forecasts of virtual customers can be trusted: held against past A/B tests of people."""

"""All that there is to measure of training, on one GPU and in ten minutes (`python -m bench.gpu`)."""

package dev.apq.core.space;

/**
 * The first convolution of the network; never searched (8-bit weights, unquantized input).
 *
 * @param channels output channels
 * @param kernelSize square kernel, odd, in pixels
 * @param stride 1 or 2
 */
public record Stem(int channels, int kernelSize, int stride) {}

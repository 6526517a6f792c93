package dev.apq.worker.estimate;

/**
 * The images of a data set.
 *
 * @param training images that train
 * @param validation images that can measure
 * @param trainingDecodedOnce whether the training images fit into memory, or need no decoding
 * @param measuringDecodedOnce the same for those that measure every subnet
 */
public record Workload(
    long training, int validation, boolean trainingDecodedOnce, boolean measuringDecodedOnce) {}

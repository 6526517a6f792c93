package dev.apq.worker.supernet;

import ai.djl.ndarray.NDArray;

/**
 * How the numbers that enter a layer are represented. Arrays that it is given and returns live
 * until the part of the network that they belong to has been computed; who keeps one takes a copy.
 */
public interface Precision {
  /** 32-bit floats everywhere. */
  Precision FULL =
      new Precision() {
        @Override
        public NDArray weight(Layer layer, NDArray weight) {
          return weight;
        }

        @Override
        public NDArray input(Layer layer, NDArray input) {
          return input;
        }
      };

  /** The weight that the layer multiplies with. */
  NDArray weight(Layer layer, NDArray weight);

  /** The input that the layer multiplies. */
  NDArray input(Layer layer, NDArray input);
}

/** Training and measuring subnets beside PyTorch in Python: the part that knows the worker. */
@NullMarked
package dev.apq.benchmarks.supernet;

import org.jspecify.annotations.NullMarked;

package dev.apq.worker.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The activation {@code min(max(x, 0), 6)}.
 *
 * <p>DJL's {@code clip} takes five native passes for value and gradient, of which four for the
 * gradient. PyTorch has a kernel that takes two, {@code hardtanh}, but DJL has no call for it; so a
 * TorchScript module of one line calls it.
 */
public final class Relu6 {
  private static final String CODE =
      """
      class Relu6(Module):
        def forward(self, x: Tensor) -> Tensor:
          return torch.hardtanh(x, 0., 6.)
      """;

  /** Pickle, protocol 2: a {@code __torch__.Relu6} without attributes. */
  private static final String INSTANCE = "\u0080\u0002c__torch__\nRelu6\n)\u0081}b.";

  /** Pickle, protocol 2: an empty tuple. */
  private static final String NO_CONSTANTS = "\u0080\u0002).";

  private static final PtSymbolBlock MODULE = load();

  private Relu6() {}

  /** The activation of each value, in {@code x}'s manager. */
  public static NDArray of(NDArray x) {
    return IValueUtils.forward(MODULE, new NDList(x), true).singletonOrThrow();
  }

  private static PtSymbolBlock load() {
    PtNDManager forever = (PtNDManager) NDManager.newBaseManager("PyTorch");
    try {
      return JniUtils.loadModule(forever, new ByteArrayInputStream(archive()), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] archive() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      add(zip, "version", "3\n");
      add(zip, "code/__torch__.py", CODE);
      add(zip, "data.pkl", INSTANCE);
      add(zip, "constants.pkl", NO_CONSTANTS);
    }
    return bytes.toByteArray();
  }

  private static void add(ZipOutputStream zip, String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry("relu6/" + name));
    zip.write(content.getBytes(StandardCharsets.ISO_8859_1));
    zip.closeEntry();
  }
}

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

/** A native function of one array for which DJL has no call, as a TorchScript module. */
final class Script {
  /** Pickle, protocol 2: an empty tuple. */
  private static final String NO_CONSTANTS = "\u0080\u0002).";

  private final PtSymbolBlock module;

  /**
   * @param expression of {@code x}, in TorchScript
   */
  Script(String expression) {
    PtNDManager forever = (PtNDManager) NDManager.newBaseManager("PyTorch");
    try {
      this.module =
          JniUtils.loadModule(forever, new ByteArrayInputStream(archive(expression)), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its value, in {@code x}'s manager; gradients pass through it. */
  NDArray of(NDArray x) {
    return IValueUtils.forward(module, new NDList(x), true).singletonOrThrow();
  }

  private static byte[] archive(String expression) throws IOException {
    String code =
        """
        class Script(Module):
          def forward(self, x: Tensor) -> Tensor:
            return %s
        """
            .formatted(expression);
    // Pickle, protocol 2: an instance without attributes.
    String instance = "\u0080\u0002c__torch__\nScript\n)\u0081}b.";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      add(zip, "version", "3\n");
      add(zip, "code/__torch__.py", code);
      add(zip, "data.pkl", instance);
      add(zip, "constants.pkl", NO_CONSTANTS);
    }
    return bytes.toByteArray();
  }

  private static void add(ZipOutputStream zip, String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry("script/" + name));
    zip.write(content.getBytes(StandardCharsets.ISO_8859_1));
    zip.closeEntry();
  }
}

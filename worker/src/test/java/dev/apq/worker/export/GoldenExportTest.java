package dev.apq.worker.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Quantization;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.FirstBlock;
import dev.apq.core.space.SearchSpace;
import dev.apq.core.space.StageSpace;
import dev.apq.core.space.Stem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files of one small network with random weights, byte for byte. They are checked in; the
 * end-to-end tests read them in Python. {@code -Dapq.renew=true} writes them anew.
 */
class GoldenExportTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden-export");
  private static final SearchSpace SPACE =
      new SearchSpace(
          "golden",
          7,
          2,
          3,
          new Stem(4, 3, 1),
          new FirstBlock(4, 3, 1),
          List.of(
              new StageSpace(4, 1, 1, 1, List.of(3, 5, 7), "1", "3", 4),
              new StageSpace(6, 2, 1, 2, List.of(3, 5, 7), "1", "3", 4)),
          8,
          List.of(4, 6, 8));

  /** Every kernel, every bit width, residual or not, stride 1 and 2. */
  private static final Policy POLICY =
      new Policy(
              new Architecture(List.of(1, 2), List.of(7, 3, 5), List.of(8, 12, 8)),
              new Quantization(
                  List.of(4, 8, 6), List.of(6, 4, 8), List.of(6, 4, 8), List.of(8, 6, 4)))
          .requireMember(SPACE);

  @TempDir private Path folder;

  @Test
  void theFilesAreAsTheyWere() throws IOException {
    FrozenNetwork network = RandomNetwork.of(SPACE, POLICY, RandomStream.of(1));
    Map<String, String> metadata = Map.of("apq.policy.digest", POLICY.digest());
    byte[] model = OnnxModel.bytes(network, metadata);
    OnnxStructure.assertValid(ModelProto.parseFrom(model));
    Files.write(folder.resolve(ExportedModel.ONNX), model);
    ModelTensors.write(network, folder.resolve(ExportedModel.TENSORS), metadata);
    Files.write(folder.resolve(ExportedModel.POLICY), POLICY.canonicalJson());
    for (String file : List.of(ExportedModel.ONNX, ExportedModel.TENSORS, ExportedModel.POLICY)) {
      if (Boolean.getBoolean("apq.renew")) {
        Files.createDirectories(GOLDEN);
        Files.copy(folder.resolve(file), GOLDEN.resolve(file), StandardCopyOption.REPLACE_EXISTING);
      }
      assertThat(folder.resolve(file)).hasSameBinaryContentAs(GOLDEN.resolve(file));
    }
  }

  @Test
  void aBlockIsConvolutionsBetweenQuantizers() throws IOException {
    ModelProto model =
        ModelProto.parseFrom(
            OnnxModel.bytes(RandomNetwork.of(SPACE, POLICY, RandomStream.of(1)), Map.of()));
    assertThat(
            model.getGraph().getNodeList().stream()
                .filter(node -> node.getName().startsWith("blocks.2."))
                .filter(node -> !node.getName().contains(".weight"))
                .map(GoldenExportTest::line))
        .containsExactly(
            "QuantizeLinear blocks.2.expand/input.q <- blocks.1.project",
            "Clip blocks.2.expand/input.clip <- blocks.2.expand/input.q",
            "DequantizeLinear blocks.2.expand/input <- blocks.2.expand/input.clip",
            "DequantizeLinear blocks.2.expand.bias <- blocks.2.expand.bias.levels",
            "Conv blocks.2.expand <- blocks.2.expand/input",
            "QuantizeLinear blocks.2.depthwise/input.q <- blocks.2.expand",
            "Clip blocks.2.depthwise/input.clip <- blocks.2.depthwise/input.q",
            "DequantizeLinear blocks.2.depthwise/input <- blocks.2.depthwise/input.clip",
            "DequantizeLinear blocks.2.depthwise.bias <- blocks.2.depthwise.bias.levels",
            "Conv blocks.2.depthwise <- blocks.2.depthwise/input",
            "QuantizeLinear blocks.2.project/input.q <- blocks.2.depthwise",
            "DequantizeLinear blocks.2.project/input <- blocks.2.project/input.q",
            "Conv blocks.2.project <- blocks.2.project/input",
            "Add blocks.2.project/add <- blocks.2.project");
  }

  private static String line(NodeProto node) {
    return node.getOpType() + " " + node.getName() + " <- " + node.getInput(0);
  }
}

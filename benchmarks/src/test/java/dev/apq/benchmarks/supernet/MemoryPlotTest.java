package dev.apq.benchmarks.supernet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

class MemoryPlotTest {
  @Test
  void drawsOneLineForMemoryAndOneForArrays() throws Exception {
    List<MemoryPlot.Point> points =
        List.of(
            new MemoryPlot.Point(10, 100_000_000, 50), new MemoryPlot.Point(20, 200_000_000, 50));
    String svg = new MemoryPlot(points, 10, "digits").svg();
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    NodeList lines = document.getElementsByTagName("polyline");
    assertThat(lines.getLength()).isEqualTo(2);
    double[] memory = heights(lines.item(0).getAttributes().getNamedItem("points").getNodeValue());
    double[] arrays = heights(lines.item(1).getAttributes().getNamedItem("points").getNodeValue());
    assertThat(memory[0]).as("twice the memory stands higher").isGreaterThan(memory[1]);
    assertThat(arrays[0]).isEqualTo(arrays[1]);
  }

  private static double[] heights(String points) {
    String[] pairs = points.split(" ", -1);
    double[] heights = new double[pairs.length];
    for (int i = 0; i < pairs.length; i++) {
      heights[i] = Double.parseDouble(pairs[i].split(",", -1)[1]);
    }
    return heights;
  }
}

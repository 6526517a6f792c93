package dev.apq.worker.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class CalibrationPlotTest {
  @Test
  void everySampleIsADotAndRightOnesLieOnTheDiagonal() throws Exception {
    float[] measured = {0.52f, 0.61f, 0.7f, 0.83f};
    Document svg = parse(CalibrationPlot.svg("title", new Predictions(measured, measured)));
    List<double[]> dots = dots(svg);
    assertThat(dots).hasSize(4);
    double first = dots.get(0)[0] + dots.get(0)[1];
    for (double[] dot : dots) {
      assertThat(dot[0]).isBetween(0.0, 480.0);
      assertThat(dot[1]).isBetween(0.0, 480.0);
      assertThat(dot[0] + dot[1]).isEqualTo(first, org.assertj.core.data.Offset.offset(0.2));
    }
    assertThat(dots.get(3)[0]).isGreaterThan(dots.get(0)[0]);
    assertThat(dots.get(3)[1]).isLessThan(dots.get(0)[1]);
    assertThat(svg.getDocumentElement().getTextContent()).contains("Kendall tau 1.000");
  }

  @Test
  void extremesStayInside() throws Exception {
    for (float[] values : new float[][] {{0.5f}, {0.5f, 0.5f}, {0, 1}, {-0.2f, 0.1f}}) {
      float[] predicted = new float[values.length];
      java.util.Arrays.fill(predicted, 0.4f);
      for (double[] dot :
          dots(parse(CalibrationPlot.svg("t", new Predictions(predicted, values))))) {
        assertThat(dot[0]).isBetween(69.0, 451.0);
        assertThat(dot[1]).isBetween(59.0, 441.0);
      }
    }
  }

  @Test
  void equalFiguresGiveEqualBytesAndManyStayFew() throws Exception {
    float[] measured = new float[9001];
    float[] predicted = new float[9001];
    for (int i = 0; i < measured.length; i++) {
      measured[i] = i / 9001f;
      predicted[i] = 0.5f + measured[i] / 3;
    }
    byte[] svg = CalibrationPlot.svg("t", new Predictions(predicted, measured));
    assertThat(CalibrationPlot.svg("t", new Predictions(predicted.clone(), measured.clone())))
        .isEqualTo(svg);
    assertThat(dots(parse(svg)).size()).isBetween(1000, 2000);
  }

  private static Document parse(byte[] svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg));
  }

  private static List<double[]> dots(Document svg) {
    NodeList circles = svg.getElementsByTagName("circle");
    List<double[]> dots = new ArrayList<>();
    for (int i = 0; i < circles.getLength(); i++) {
      Element circle = (Element) circles.item(i);
      dots.add(
          new double[] {
            Double.parseDouble(circle.getAttribute("cx")),
            Double.parseDouble(circle.getAttribute("cy"))
          });
    }
    return dots;
  }
}

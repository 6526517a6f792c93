package dev.apq.kubectl;

import dev.apq.kubectl.cluster.Connection;
import dev.apq.kubectl.cluster.Searches;
import dev.apq.kubectl.result.FrontPoint;
import dev.apq.kubectl.view.PolicyText;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints a policy. */
@Command(
    name = "policy",
    description = {
      "Prints one policy of a search: architecture, pruning and bit widths.",
      "The policy is checked against its digest. With -o json the output is its canonical form, the"
          + " very bytes that the digest is of."
    },
    footer = {
      "",
      "Examples:",
      "  kubectl apq policy phone                         the answer",
      "  kubectl apq policy phone --point 3 -o json       a point of the front",
      "  kubectl apq policy phone -o json | sha256sum     its digest"
    })
final class PolicyCommand extends ClusterCommand {
  @Parameters(paramLabel = "SEARCH", description = "Name of the ApqSearch.")
  private String search = "";

  @Mixin private PointChoice choice = new PointChoice();

  @Option(
      names = {"-o", "--output"},
      defaultValue = "YAML",
      paramLabel = "FORM",
      description = "yaml or json (default: yaml).")
  private Form output = Form.YAML;

  private enum Form {
    YAML,
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  void run(Connection connection) throws IOException {
    FrontPoint point = choice.in(Searches.in(connection).result(search));
    if (output == Form.JSON) {
      console().out().write(point.policy().canonicalJson());
      if (console().terminal().interactive()) {
        console().out().print("\n");
      }
    } else {
      console().out().print(PolicyText.yaml(point.policy()));
    }
    console().out().flush();
    console().err().println("digest " + point.digest() + " (checked)");
  }
}

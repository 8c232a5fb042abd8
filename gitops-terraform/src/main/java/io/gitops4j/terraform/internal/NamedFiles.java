package io.gitops4j.terraform.internal;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The files beside a module that its expressions name: templates, policies, scripts. */
final class NamedFiles {
  /** What is only known when it is evaluated, a value or a glob, begins with one of these. */
  private static final String COMPUTED = "$%*?{\\[\\\\";

  /** A text up to its end, or to what is computed; in JSON the quotes have a backslash before. */
  private static final String TEXT = "([^\"" + COMPUTED + "\\n]*+)(\\\\?\"|[" + COMPUTED + "])";

  /** A path that begins with a value, one that {@code format} puts there too, or with a dot. */
  private static final Pattern PATH =
      Pattern.compile("\"(?:(?:\\$\\{([^}\"\\n]*)}|%s)/++|(?=\\.))" + TEXT);

  private static final Pattern OF_MODULE = Pattern.compile("\\bpath\\.module\\b");
  private static final Pattern OF_ROOT = Pattern.compile("\\bpath\\.(root|cwd)\\b");

  /** What {@code fileset} looks for in the path before it. */
  private static final Pattern GLOB = Pattern.compile("\\s*,\\s*\\\\?\"" + TEXT);

  private static final Pattern FILESET = Pattern.compile("(?s).*\\bfileset\\(\\s*\\\\?");

  /** Two dots as a text that is looked for in another one. */
  private static final Pattern TEXT_FUNCTION =
      Pattern.compile(
          ".*\\b(contains|replace|split|regex|regexall|strcontains|startswith|endswith|trim\\w*)"
              + "\\((?:[^()]++|\\([^()]*+\\))*+");

  private static final Pattern COMMENT = Pattern.compile("\\s*(#|//).*");

  private static final Pattern READ =
      Pattern.compile(".*\\.((tf|tofu)(\\.json)?|tfvars(\\.json)?)");

  private static final int LOOKED_BACK = 1000;
  private static final String CUT_OFF = "... ";

  private final String text;
  private final Path rootModule;
  private final List<Path> begins;

  private NamedFiles(String text, Path rootModule, List<Path> begins) {
    this.text = text;
    this.rootModule = rootModule;
    this.begins = begins;
  }

  /**
   * What a file may read. Where the end of a path is computed, the directory before it, also one
   * that holds the root module: what a {@code fileset} does not see would be planned for removal.
   *
   * @param root the root module, where paths begin that do not say otherwise
   */
  static List<NamedFile> of(String file, byte[] content, String root) {
    if (!READ.matcher(file).matches()) {
      return List.of();
    }
    try {
      Path rootModule = Path.of(root);
      Path parent = Path.of(file).getParent();
      Path module = parent == null ? Path.of("") : parent;
      String text = new String(content, StandardCharsets.UTF_8);
      // Without a word it is the root module, or for fileset what that is told.
      return new NamedFiles(text, rootModule, List.of(rootModule, module)).in(file, true);
    } catch (InvalidPathException e) {
      return List.of(); // no path of this machine: the program names it
    }
  }

  /**
   * What a variable may name, wherever it has a text that leads upwards. Of a secret one too: what
   * is then told is a path that the repository shows.
   */
  static List<NamedFile> ofVariable(String name, String json, String root) {
    Path rootModule = Path.of(root);
    return new NamedFiles(json, rootModule, List.of(rootModule)).in("variable " + name, false);
  }

  private List<NamedFile> in(String file, boolean lines) {
    List<NamedFile> named = new ArrayList<>();
    Matcher path = PATH.matcher(text);
    int line = 1;
    int counted = 0;
    while (path.find()) {
      line += (int) text.substring(counted, path.start()).chars().filter(c -> c == '\n').count();
      counted = path.start();
      String sure = sure(path);
      if (!List.of(sure.split("/")).contains("..") || isOnlyText(path)) {
        continue; // what lies below a module is read with it
      }
      String where = lines ? file + ", line " + line : file;
      for (Path from : begins(path.group(1))) {
        add(from, sure, where, named);
      }
    }
    return named;
  }

  /** The part of a path that no value can change, with what {@code fileset} looks for in it. */
  private String sure(Matcher path) {
    String sure = sure(path.group(2), path.group(3));
    if (path.group(3).endsWith("\"") && FILESET.matcher(before(path)).matches()) {
      Matcher glob = GLOB.matcher(text).region(path.end(), text.length());
      if (glob.lookingAt()) {
        return sure + "/" + sure(glob.group(1), glob.group(2));
      }
    }
    return sure;
  }

  private static String sure(String way, String end) {
    boolean whole = end.endsWith("\"") || way.equals("..") || way.endsWith("/..");
    return whole ? way : way.substring(0, way.lastIndexOf('/') + 1);
  }

  /** Whether a path is no path: it stands in a comment, or is what a text is searched for. */
  private boolean isOnlyText(Matcher path) {
    String line = before(path);
    line = line.substring(line.lastIndexOf('\n') + 1);
    boolean dots = path.start(2) == path.start() + 1 && path.group(2).matches("\\.\\./?");
    return COMMENT.matcher(line).matches() || dots && TEXT_FUNCTION.matcher(line).matches();
  }

  /** Its own line, and the one before it, as far as they are near: a line may be the whole file. */
  private String before(Matcher path) {
    int first = Math.max(0, path.start() - LOOKED_BACK);
    String near = text.substring(first, path.start());
    int line = near.lastIndexOf('\n');
    int earlier = line < 0 ? -1 : near.lastIndexOf('\n', line - 1);
    // What is cut off begins with none of its own words.
    return earlier < 0 && first > 0 ? CUT_OFF + near : near.substring(earlier + 1);
  }

  /** What another value holds is not known: it may well be one of both. */
  private List<Path> begins(@Nullable String value) {
    if (value != null && OF_MODULE.matcher(value).find()) {
      return List.of(begins.get(begins.size() - 1));
    }
    return value != null && OF_ROOT.matcher(value).find() ? List.of(rootModule) : begins;
  }

  private static void add(Path from, String sure, String where, List<NamedFile> named) {
    try {
      Path target = from.resolve(sure).normalize();
      if (!target.startsWith("..")) {
        named.add(new NamedFile(target.toString(), where));
      }
    } catch (InvalidPathException e) {
      return; // no path of this machine: the program names it
    }
  }
}

package io.gitops4j.k8s.internal.diff;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;

/** An update that no plan could show, because an admission webhook did not answer. */
public final class Unseen {
  private static final String NOTE = "what it would become is not known: its webhook ";

  private Unseen() {}

  /**
   * What a plan says of it. The webhook's own words change from try to try: addresses and ports.
   */
  static String note(String webhook) {
    return NOTE + webhook + " does not answer";
  }

  /** Whether nobody has seen what a change would do, so that it is not made. */
  public static boolean is(Change change) {
    return change.action() == Action.UPDATE
        && change.fields().isEmpty()
        && change.note().startsWith(NOTE);
  }
}

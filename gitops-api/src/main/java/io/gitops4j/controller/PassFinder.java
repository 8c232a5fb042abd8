package io.gitops4j.controller;

import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import java.util.Optional;
import java.util.function.Consumer;

/** Tells the board which revision one pass is about, as soon as that is known. */
final class PassFinder implements ReconcileListener {
  private final Consumer<BoardEvent> board;
  private Optional<Pin> pin = Optional.empty();

  PassFinder(Consumer<BoardEvent> board) {
    this.board = board;
  }

  @Override
  public void pinned(ReconcileEvent.Pinned event) {
    pin = Optional.of(event.pin());
  }

  @Override
  public void fetched(ReconcileEvent.Fetched event) {
    board.accept(new BoardEvent.Found(event.target(), event.revision(), pin));
  }
}

package io.gitops4j.controller;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A timer and workers whose time passes when a test says so, on the test's thread. */
final class VirtualTime extends AbstractExecutorService implements ScheduledExecutorService {
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong((Task t) -> t.at).thenComparing(t -> t.number));
  private final Deque<Runnable> work = new ArrayDeque<>();
  private long now;
  private long number;
  private int wakes;
  private Duration jump = Duration.ZERO;

  /** The clock that never jumps. */
  synchronized long nanos() {
    return now;
  }

  /** The clock on the wall, which may be set. */
  Clock wall() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return Instant.EPOCH.plusNanos(nanos()).plus(jump);
      }
    };
  }

  /** Sets the clock on the wall. */
  void jump(Duration by) {
    jump = jump.plus(by);
  }

  /** How often the timer woke somebody. */
  synchronized int wakes() {
    return wakes;
  }

  /** Whether the timer is set to nothing. */
  synchronized boolean silent() {
    return tasks.stream().allMatch(Task::isCancelled);
  }

  /** Workers that work when time passes, or when they are told to. */
  Executor workers() {
    return task -> {
      synchronized (this) {
        work.addLast(task);
      }
    };
  }

  /** Works off what there is to do right now. */
  void work() {
    for (Runnable next = nextWork(); next != null; next = nextWork()) {
      next.run();
    }
  }

  private synchronized Runnable nextWork() {
    return work.pollFirst();
  }

  /** Lets time pass, step by step. */
  void advance(Duration by) {
    long end = nanos() + by.toNanos();
    work();
    for (Task task = nextTask(end); task != null; task = nextTask(end)) {
      task.run();
      work();
    }
    synchronized (this) {
      now = end;
    }
  }

  private synchronized Task nextTask(long end) {
    while (!tasks.isEmpty() && tasks.peek().isCancelled()) {
      tasks.poll();
    }
    if (tasks.isEmpty() || tasks.peek().at > end) {
      return null;
    }
    Task task = tasks.poll();
    now = Math.max(now, task.at);
    wakes++;
    return task;
  }

  private final class Task extends FutureTask<Void> implements ScheduledFuture<Void> {
    private final long at;
    private final long number;

    Task(Runnable what, long at, long number) {
      super(what, null);
      this.at = at;
      this.number = number;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(at - nanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  @Override
  public synchronized ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    Task task = new Task(command, now + unit.toNanos(delay), number++);
    tasks.add(task);
    return task;
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void execute(Runnable command) {
    schedule(command, 0, TimeUnit.NANOSECONDS);
  }

  @Override
  public void shutdown() {
    // It has no thread to end.
  }

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return false;
  }
}

package io.gitops4j.k8s.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes bytes on to a port of this machine, and does to connections what networks do. */
public final class FaultRelay implements AutoCloseable {
  private final int port;
  private final ServerSocket door;
  private final Map<Socket, Socket> clients = new ConcurrentHashMap<>();
  private final Set<Socket> forgotten = ConcurrentHashMap.newKeySet();
  private final Set<Socket> stalled = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicInteger made = new AtomicInteger();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(r -> new Thread(r, "fault-relay"));

  private FaultRelay(int port) throws IOException {
    this.port = port;
    door = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  /** One in front of a port; the caller closes it. */
  public static FaultRelay inFrontOf(int port) {
    try {
      return new FaultRelay(port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where clients find it. */
  public int port() {
    return door.getLocalPort();
  }

  /** How many connections were made. */
  public int connections() {
    return made.get();
  }

  /**
   * Passes nothing on any more over the connections that are open, which neither side hears of: as
   * a load balancer that forgot them.
   */
  public void forget() {
    forgotten.addAll(clients.keySet());
    forgotten.addAll(clients.values());
  }

  /** Reads nothing any more from the connections that are open, so that writes to them wait. */
  public void stall() {
    stalled.addAll(clients.keySet());
    stalled.addAll(clients.values());
  }

  /** How many connections are open. */
  public int open() {
    return clients.size();
  }

  /**
   * Resets every connection that is open: its client hears of it at once, as from a firewall or a
   * machine that lost its state, and not of an orderly end.
   */
  public void reset() {
    for (Socket client : clients.keySet()) {
      try (client) {
        client.setSoLinger(true, 0);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        clients.remove(client);
      }
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket client = door.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
        clients.put(client, server);
        made.incrementAndGet();
        threads.execute(() -> pump(client, server));
        threads.execute(() -> pump(server, client));
      }
    } catch (IOException e) {
      reset(); // The door was closed.
    }
  }

  private void pump(Socket from, Socket to) {
    try (from;
        to) {
      byte[] bytes = new byte[8192];
      for (int n; (n = from.getInputStream().read(bytes)) >= 0; ) {
        if (stalled.contains(from)) {
          closing.await();
        }
        if (!forgotten.contains(from)) {
          to.getOutputStream().write(bytes, 0, n);
        }
      }
    } catch (IOException e) {
      // Either side went away: so does the other.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      clients.remove(from);
      clients.remove(to);
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    closing.countDown();
    threads.shutdownNow();
  }
}

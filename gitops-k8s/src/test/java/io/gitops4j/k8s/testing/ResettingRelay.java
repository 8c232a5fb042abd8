package io.gitops4j.k8s.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Passes bytes on to a port of this machine, and resets connections: their client hears of it at
 * once, as from a firewall or a machine that lost its state, and not of an orderly end.
 */
public final class ResettingRelay implements AutoCloseable {
  private final int port;
  private final ServerSocket door;
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(r -> new Thread(r, "resetting-relay"));

  private ResettingRelay(int port) throws IOException {
    this.port = port;
    door = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  /** One in front of a port; the caller closes it. */
  public static ResettingRelay inFrontOf(int port) {
    try {
      return new ResettingRelay(port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where clients find it. */
  public int port() {
    return door.getLocalPort();
  }

  /** Resets every connection that is open. */
  public void reset() {
    for (Socket client : clients) {
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
        clients.add(client);
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
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // Either side went away: so does the other.
    } finally {
      clients.remove(from);
      clients.remove(to);
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    threads.shutdownNow();
  }
}

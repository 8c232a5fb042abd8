package io.gitops4j.git.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.RemoteSession;
import org.eclipse.jgit.transport.RemoteSession2;
import org.eclipse.jgit.transport.SshSessionFactory;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.util.FS;
import org.jspecify.annotations.Nullable;

/** SSH whose answers and complaints are counted as they are read. */
final class BoundedSsh extends SshSessionFactory {
  private final SshSessionFactory sessions;
  private final Allowance allowance;

  BoundedSsh(SshSessionFactory sessions, Allowance allowance) {
    this.sessions = sessions;
    this.allowance = allowance;
  }

  @Override
  public RemoteSession getSession(
      URIish uri, @Nullable CredentialsProvider credentials, FS fs, int timeout)
      throws TransportException {
    return new Session(sessions.getSession(uri, credentials, fs, timeout));
  }

  @Override
  public void releaseSession(RemoteSession session) {
    sessions.releaseSession(((Session) session).session);
  }

  @Override
  public String getType() {
    return sessions.getType();
  }

  private final class Session implements RemoteSession2 {
    private final RemoteSession session;

    Session(RemoteSession session) {
      this.session = session;
    }

    @Override
    public Process exec(String command, int timeout) throws IOException {
      return new Counted(session.exec(command, timeout));
    }

    @Override
    public Process exec(String command, Map<String, String> environment, int timeout)
        throws IOException {
      return session instanceof RemoteSession2 with
          ? new Counted(with.exec(command, environment, timeout))
          : exec(command, timeout);
    }

    @Override
    public void disconnect() {
      session.disconnect();
    }
  }

  private final class Counted extends Process {
    private final Process process;
    private final InputStream out;
    private final InputStream complaints;

    Counted(Process process) {
      this.process = process;
      this.out = allowance.wire(process.getInputStream());
      this.complaints = allowance.wire(process.getErrorStream());
    }

    @Override
    public OutputStream getOutputStream() {
      return process.getOutputStream();
    }

    @Override
    public InputStream getInputStream() {
      return out;
    }

    @Override
    public InputStream getErrorStream() {
      return complaints;
    }

    @Override
    public int waitFor() throws InterruptedException {
      return process.waitFor();
    }

    @Override
    public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
      return process.waitFor(timeout, unit);
    }

    @Override
    public int exitValue() {
      return process.exitValue();
    }

    @Override
    public void destroy() {
      process.destroy();
    }
  }
}

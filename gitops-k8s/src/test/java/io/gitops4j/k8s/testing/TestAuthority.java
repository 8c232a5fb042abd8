package io.gitops4j.k8s.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A certificate authority for clients of a test cluster, made with the JDK's keytool. */
public final class TestAuthority {
  private static final String PASSWORD = "changeit";

  private final Path store;
  private final Path certificate;
  private final String name;
  private int clients;

  /** A client certificate with its key, as PEM. */
  public record Client(String certificate, String key) {}

  /** Makes one. */
  public TestAuthority(Path folder, String name) throws IOException {
    this.name = name;
    store = folder.resolve(name + ".p12");
    certificate = folder.resolve(name + ".crt");
    // All have one name: a client offers no certificate whose issuer the server does not name.
    pair("ca", "CN=clients", "-ext", "bc:c=ca:true");
    keytool("-exportcert", "-rfc", "-alias", "ca", "-file", certificate.toString());
  }

  /** What a server trusts clients by. */
  public Path certificateFile() {
    return certificate;
  }

  /** From the next start of the server on it trusts this one in place of another. */
  public void replaces(TestAuthority former) throws IOException {
    Files.copy(certificate, former.certificate, StandardCopyOption.REPLACE_EXISTING);
  }

  /** A client of a group. */
  public Client client(String group) throws IOException {
    String alias = "client" + ++clients;
    pair(alias, "CN=" + alias + ",O=" + group);
    Path request = store.resolveSibling(name + alias + ".csr");
    Path signed = store.resolveSibling(name + alias + ".crt");
    keytool("-certreq", "-alias", alias, "-file", request.toString());
    keytool(
        "-gencert",
        "-alias",
        "ca",
        "-ext",
        "eku=clientAuth",
        "-rfc",
        "-infile",
        request.toString(),
        "-outfile",
        signed.toString());
    return new Client(Files.readString(signed).replace("\r", ""), key(alias));
  }

  private String key(String alias) throws IOException {
    try {
      KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
      Key key = keys.getKey(alias, PASSWORD.toCharArray());
      return "-----BEGIN PRIVATE KEY-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
          + "\n-----END PRIVATE KEY-----\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("keytool made it", e);
    }
  }

  private void pair(String alias, String subject, String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of("-genkeypair", "-alias", alias, "-keyalg", "RSA", "-dname", subject));
    arguments.addAll(List.of(more));
    keytool(arguments.toArray(String[]::new));
  }

  private void keytool(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    try {
      if (process.waitFor() != 0) {
        throw new IllegalStateException(said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while keytool ran", e);
    }
  }
}

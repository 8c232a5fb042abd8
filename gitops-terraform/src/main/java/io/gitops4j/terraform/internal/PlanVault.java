package io.gitops4j.terraform.internal;

import io.gitops4j.diff.PlanId;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Sensitive;
import io.gitops4j.terraform.TerraformConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The newest plan of each target, encrypted with AES-256 in Galois/counter mode: it holds the
 * values of secrets. It survives a restart and expires. One that cannot be decrypted counts as
 * none, since it can be made again.
 */
final class PlanVault {
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final TerraformConfig config;
  private final Clock clock;

  PlanVault(TerraformConfig config, Clock clock) {
    this.config = config;
    this.clock = clock;
  }

  /**
   * A plan as it was made.
   *
   * @param id what it is approved by
   * @param inputs the digest of the workspace that it was made from
   * @param made when
   * @param file the program's plan file
   * @param shown what the program shows of it, as JSON
   */
  record Stored(
      PlanId id, Digest inputs, Instant made, Sensitive<byte[]> file, Sensitive<byte[]> shown) {}

  void put(WorkingFolder folder, PlanId id, Digest inputs, byte[] file, byte[] shown)
      throws IOException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(plain)) {
      out.writeUTF(id.digest().toString());
      out.writeUTF(inputs.toString());
      out.writeUTF(clock.instant().toString());
      out.writeInt(file.length);
      out.write(file);
      out.writeInt(shown.length);
      out.write(shown);
    }
    WorkingFolder.writePrivate(path(folder), encrypt(plain.toByteArray()));
  }

  /** The stored plan, empty when there is none, or it expired, or the key is another. */
  Optional<Stored> get(WorkingFolder folder) throws IOException {
    Path path = path(folder);
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    Optional<byte[]> plain = decrypt(Files.readAllBytes(path));
    if (plain.isEmpty()) {
      return Optional.empty();
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(plain.get()))) {
      PlanId id = new PlanId(Digest.parse(in.readUTF()));
      Digest inputs = Digest.parse(in.readUTF());
      Instant made = Instant.parse(in.readUTF());
      byte[] file = in.readNBytes(in.readInt());
      byte[] shown = in.readNBytes(in.readInt());
      return clock.instant().isAfter(made.plus(config.planExpiry()))
          ? Optional.empty()
          : Optional.of(new Stored(id, inputs, made, Sensitive.of(file), Sensitive.of(shown)));
    }
  }

  void remove(WorkingFolder folder) throws IOException {
    Files.deleteIfExists(path(folder));
  }

  private static Path path(WorkingFolder folder) {
    return folder.root().resolve("plan.encrypted");
  }

  private byte[] encrypt(byte[] plain) {
    byte[] nonce = new byte[NONCE];
    RANDOM.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(plain);
      byte[] all = Arrays.copyOf(nonce, NONCE + sealed.length);
      System.arraycopy(sealed, 0, all, NONCE, sealed.length);
      return all;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no AES in Galois/counter mode", e);
    }
  }

  private Optional<byte[]> decrypt(byte[] all) {
    if (all.length < NONCE) {
      return Optional.empty();
    }
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(all, NONCE));
      return Optional.of(cipher.doFinal(all, NONCE, all.length - NONCE));
    } catch (GeneralSecurityException e) {
      return Optional.empty(); // another key, or damaged: it is planned again
    }
  }

  private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode,
        new SecretKeySpec(config.planKey().reveal(), "AES"),
        new GCMParameterSpec(TAG_BITS, nonce));
    return cipher;
  }
}

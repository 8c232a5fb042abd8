package io.gitops4j.k8s.internal.apply;

import io.gitops4j.error.Failure;
import io.gitops4j.error.InventoryException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.KubeFailures;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A document about a target, kept in the cluster: one Secret, compressed, with more Secrets beside
 * it when it outgrows one. The parts are written first, so that the head always points at a whole
 * document. They are named by their content and by the head that is replaced, so that no later head
 * points at one of that name: whoever removes old parts late removes no others.
 */
final class StateSecret {
  static final ApiResource SECRETS = new ApiResource("", "v1", "Secret", "secrets", true);
  private static final ApiResource NAMESPACES =
      new ApiResource("", "v1", "Namespace", "namespaces", false);

  /** The code of what somebody else stored in between. */
  static final String CONFLICT = "INVENTORY-CONFLICT";

  /** An object of a cluster ends at about 1.5 MB; base64 makes a third more of it. */
  private static final int CHUNK = 700 * 1024;

  /** How often somebody may store a newer one while one is read. */
  private static final int RACES = 5;

  private final KubeHttp http;
  private final String namespace;
  private final String purpose;
  private final String label;

  StateSecret(KubeHttp http, String namespace, String purpose) {
    this(http, namespace, purpose, purpose);
  }

  private StateSecret(KubeHttp http, String namespace, String purpose, String family) {
    this.http = http;
    this.namespace = namespace;
    this.purpose = purpose;
    this.label = "gitops4j.io/" + family + "-of";
  }

  /** A document of another purpose that whoever watches these sees, too. */
  StateSecret beside(String other) {
    return new StateSecret(http, namespace, other, purpose);
  }

  /** The document's head as an object of the cluster. */
  ResourceId id(TargetId target) {
    return new ResourceId("", "Secret", namespace, name(target));
  }

  /**
   * A document as it is stored.
   *
   * @param head the Secret that points at all of it; of one that was stored, its metadata
   * @param parts the names of the others
   */
  record Stored(JsonNode document, JsonNode head, List<String> parts) {
    /** The version that it was read or stored at. */
    String version() {
      return StateSecret.version(head);
    }
  }

  private static String version(JsonNode head) {
    return head.path("metadata").path("resourceVersion").asString("");
  }

  /** The document, empty only when the server says that there is none. */
  Optional<Stored> load(TargetId target, OperationContext context) {
    return load(target, Map.of(), context);
  }

  /**
   * The same.
   *
   * @param listed Secrets that were read already, by name: the server is not asked for them again
   */
  Optional<Stored> load(TargetId target, Map<String, JsonNode> listed, OperationContext context) {
    Optional<JsonNode> there = secret(name(target), listed, target, context);
    for (int again = 0; there.isPresent(); again++) {
      Optional<Stored> whole = whole(there.get(), listed, target, context);
      if (whole.isPresent()) {
        return whole;
      }
      // Who stores a newer one removes the parts that only the older one needs.
      Optional<JsonNode> now = secret(name(target), Map.of(), target, context);
      if (again == RACES || now.isPresent() && version(now.get()).equals(version(there.get()))) {
        throw damaged(target, "a part of it is missing", null);
      }
      there = now;
    }
    return Optional.empty();
  }

  /** All that a head points at; empty when a part of it is not there. */
  private Optional<Stored> whole(
      JsonNode head, Map<String, JsonNode> listed, TargetId target, OperationContext context) {
    List<String> parts = new ArrayList<>();
    head.path("metadata")
        .path("annotations")
        .path("gitops4j.io/parts")
        .asString("")
        .lines()
        .forEach(parts::add);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    append(head, all, target);
    for (String part : parts) {
      Optional<JsonNode> chunk = secret(part, listed, target, context);
      if (chunk.isEmpty()) {
        return Optional.empty();
      }
      append(chunk.get(), all, target);
    }
    return Optional.of(new Stored(unpack(all.toByteArray(), target), head, parts));
  }

  private Optional<JsonNode> secret(
      String name, Map<String, JsonNode> listed, TargetId target, OperationContext context) {
    JsonNode known = listed.get(name);
    if (known != null) {
      return Optional.of(known);
    }
    KubeResponse answer = request("GET", path(name), "", target, context);
    check(answer, target);
    return answer.ok() ? Optional.of(answer.body()) : Optional.empty();
  }

  /**
   * Stores a document in place of the version it was made from; an empty version expects none.
   *
   * @return what is stored now
   */
  Stored save(
      TargetId target,
      JsonNode document,
      Optional<String> version,
      List<String> oldParts,
      OperationContext context) {
    byte[] packed = PackedJson.pack(document);
    // Of what comes after nothing there may have been others before.
    String replaced = version.orElseGet(() -> UUID.randomUUID().toString());
    List<String> parts = new ArrayList<>();
    for (int at = CHUNK; at < packed.length; at += CHUNK) {
      byte[] chunk = Arrays.copyOfRange(packed, at, Math.min(packed.length, at + CHUNK));
      Digest named = Digest.sha256(replaced + " " + Digest.sha256(chunk));
      String part = name(target) + "-" + named.abbreviated(12);
      KubeResponse made = write("POST", part, target, chunk, "", List.of(), context);
      if (made.code() != 409) { // the same content is there already
        check(made, target);
      }
      parts.add(part);
    }
    byte[] first = Arrays.copyOf(packed, Math.min(packed.length, CHUNK));
    String method = version.isEmpty() ? "POST" : "PUT";
    KubeResponse saved =
        write(method, name(target), target, first, version.orElse(""), parts, context);
    if (saved.code() == 409 || saved.code() == 404 && version.isPresent()) {
      throw new InventoryException(
          CONFLICT,
          Retryability.RETRY,
          purpose + " of " + target,
          "somebody else stored it in between",
          "make sure that only one process reconciles the target; the next pass starts anew",
          null);
    }
    check(saved, target);
    for (String old : oldParts) {
      if (!parts.contains(old)) {
        check(request("DELETE", path(old), "{}", target, context), target);
      }
    }
    return new Stored(document, saved.body(), parts);
  }

  /** Removes a document with its parts, the head first: without it the parts are nothing. */
  void remove(TargetId target, List<String> parts, OperationContext context) {
    check(request("DELETE", path(name(target)), "{}", target, context), target);
    for (String part : parts) {
      check(request("DELETE", path(part), "{}", target, context), target);
    }
  }

  private KubeResponse write(
      String method,
      String name,
      TargetId target,
      byte[] content,
      String version,
      List<String> parts,
      OperationContext context) {
    ObjectNode secret = KubeHttp.JSON.createObjectNode();
    secret.put("apiVersion", "v1").put("kind", "Secret").put("type", "gitops4j.io/" + purpose);
    ObjectNode metadata = secret.putObject("metadata").put("name", name);
    if (!version.isEmpty()) {
      metadata.put("resourceVersion", version);
    }
    metadata.putObject("labels").put(label(), target.shortHash());
    metadata
        .putObject("annotations")
        .put("gitops4j.io/target", target.name())
        .put("gitops4j.io/parts", String.join("\n", parts));
    secret.putObject("data").put("content", Base64.getEncoder().encodeToString(content));
    String path = method.equals("POST") ? SECRETS.collectionPath(namespace) : path(name);
    Supplier<CompletableFuture<KubeResponse>> store =
        () -> http.store(method, path, secret.toString());
    KubeResponse answer = request(store, target, context);
    if (method.equals("POST") && answer.code() == 404) {
      createNamespace(target, context);
      answer = request(store, target, context);
    }
    return answer;
  }

  private void createNamespace(TargetId target, OperationContext context) {
    ObjectNode body = KubeHttp.JSON.createObjectNode();
    body.put("apiVersion", "v1").put("kind", "Namespace");
    body.putObject("metadata").put("name", namespace);
    KubeResponse made =
        request("POST", NAMESPACES.collectionPath(""), body.toString(), target, context);
    if (made.code() != 409) {
      check(made, target);
    }
  }

  private KubeResponse request(
      String method, String path, String body, TargetId target, OperationContext context) {
    return request(
        () -> http.send(method, path, Map.of(), "application/json", body), target, context);
  }

  private KubeResponse request(
      Supplier<CompletableFuture<KubeResponse>> request,
      TargetId target,
      OperationContext context) {
    try {
      return http.patiently(request, Stage.INVENTORY, context);
    } catch (ExecutionException e) {
      throw exception(
          KubeFailures.lost(Stage.INVENTORY, purpose + " of " + target, http.server(), e));
    }
  }

  private void check(KubeResponse answer, TargetId target) {
    if (!answer.ok() && answer.code() != 404) {
      throw exception(KubeFailures.of(Stage.INVENTORY, purpose + " of " + target, answer));
    }
  }

  static InventoryException exception(Failure failure) {
    return new InventoryException(
        failure.code(),
        failure.retryability(),
        failure.subject().orElse("inventory"),
        failure.reason(),
        failure.nextStep().orElse("try again"),
        null);
  }

  private InventoryException damaged(TargetId target, String how, @Nullable Throwable cause) {
    return new InventoryException(
        "INVENTORY-DAMAGED",
        Retryability.NEVER,
        purpose + " of " + target + " (Secret " + namespace + "/" + name(target) + ")",
        how,
        "restore the Secret from a backup; to start anew, delete it and allow adoption",
        cause);
  }

  private void append(JsonNode secret, ByteArrayOutputStream all, TargetId target) {
    try {
      all.writeBytes(Base64.getDecoder().decode(secret.path("data").path("content").asString("")));
    } catch (IllegalArgumentException e) {
      throw damaged(target, "its content is not base64", e);
    }
  }

  /** What was packed of a target. */
  JsonNode unpack(byte[] packed, TargetId target) {
    try {
      return PackedJson.unpack(packed);
    } catch (IOException e) {
      throw damaged(target, "its content cannot be read: " + e.getMessage(), e);
    }
  }

  private String path(String name) {
    return SECRETS.objectPath(namespace, name);
  }

  /** The label that says of which target a document is. */
  String label() {
    return label;
  }

  /** What its head is called. */
  String name(TargetId target) {
    return "gitops4j-" + purpose + "-" + target.shortHash();
  }
}

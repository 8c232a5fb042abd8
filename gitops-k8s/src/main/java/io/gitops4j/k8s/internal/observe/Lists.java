package io.gitops4j.k8s.internal.observe;

import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.KubeFailures;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.model.ResourceId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Paged lists, of which two pages are held at a time: one is read while the server makes the next.
 * Thread-safe.
 */
final class Lists {
  static final String WHOLE = "application/json";

  private static final int PAGE = 500;

  /** So that two pages of large objects fit into a small heap, also as trees. */
  private static final int PAGE_BYTES = 16 * 1024 * 1024;

  private static final int RESTARTS = 3;

  private final KubeHttp http;

  /** How many objects to ask for at once where they are large, by list. */
  private final Map<String, Integer> pages = new ConcurrentHashMap<>();

  Lists(KubeHttp http) {
    this.http = http;
  }

  /**
   * What a list told.
   *
   * @param objects what was kept of each
   * @param version the state of the server that all of it shows
   */
  record Listing<T>(Map<ResourceId, T> objects, String version) {}

  /** The server did not give a list. */
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient KubeResponse answer;

    RefusedException(String path, KubeResponse answer) {
      super(path + ": " + answer.message());
      this.answer = answer;
    }

    KubeResponse answer() {
      return answer;
    }

    /** The code that a look was refused with, 0 when it failed in another way. */
    static int code(Throwable thrown) {
      return KubeFailures.cause(thrown) instanceof RefusedException refused
          ? refused.answer.code()
          : 0;
    }
  }

  /** What is kept of a page's objects; null leaves one out. */
  @FunctionalInterface
  interface Reading<T> {
    @Nullable T read(ResourceId id, JsonNode object);
  }

  /** A target's objects of one kind, in a namespace or, with an empty one, in all. */
  CompletableFuture<Listing<LiveSummary>> labelled(ApiResource kind, String namespace, View view) {
    return labelled(kind, namespace, view, (id, object) -> view.summarise(kind, id, object));
  }

  /** The same, each of them read in another way; they come whole. */
  CompletableFuture<Listing<LiveSummary>> labelled(
      ApiResource kind, String namespace, View view, Reading<LiveSummary> reading) {
    return new Walk<LiveSummary>(
            kind,
            kind.collectionPath(namespace),
            Map.of("labelSelector", view.label() + "=" + view.hash()),
            WHOLE,
            reading)
        .begin();
  }

  /** The metadata of those objects of a kind in a namespace that are wanted. */
  CompletableFuture<Listing<LiveSummary>> metadata(
      ApiResource kind, String namespace, View view, Predicate<JsonNode> wanted) {
    return new Walk<LiveSummary>(
            kind,
            kind.collectionPath(namespace),
            Map.of(),
            KubeHttp.METADATA_LIST,
            (id, object) -> wanted.test(object) ? view.summarise(kind, object) : null)
        .begin();
  }

  /** What is read of all objects of a kind in a namespace or, with an empty one, in all. */
  <T> CompletableFuture<Listing<T>> all(
      ApiResource kind, String namespace, boolean metadataOnly, Reading<T> reading) {
    return new Walk<>(
            kind,
            kind.collectionPath(namespace),
            Map.of(),
            metadataOnly ? KubeHttp.METADATA_LIST : WHOLE,
            reading)
        .begin();
  }

  /** Where the server stands, from the smallest list there is. */
  CompletableFuture<String> version(ApiResource kind, String namespace, String label) {
    String path = kind.collectionPath(namespace);
    return http.send(path, Map.of("labelSelector", label, "limit", "1"), KubeHttp.METADATA_LIST)
        .thenApply(
            answer -> {
              if (!isList(answer)) {
                throw new RefusedException(path, answer);
              }
              return answer.body().path("metadata").path("resourceVersion").asString("");
            });
  }

  /**
   * What a list that failed hides, for people. Empty for kinds that one can only create, such as
   * reviews and bindings: they hide nothing.
   */
  static Optional<String> unseen(ApiResource kind, String namespace, Throwable thrown) {
    Throwable cause = KubeFailures.cause(thrown);
    if (cause instanceof RefusedException refused
        && (refused.answer().code() == 404 || refused.answer().code() == 405)) {
      return Optional.empty();
    }
    String place = namespace.isEmpty() ? "" : " in " + namespace;
    return Optional.of(kind.apiVersion() + " " + kind.kind() + place + ": " + cause.getMessage());
  }

  /** What a group hides whose API service does not answer, for people. */
  static String silent(String group) {
    return "the service behind API group " + group + " does not answer";
  }

  /** A page that is no list says nothing at all. */
  private static boolean isList(KubeResponse answer) {
    return answer.ok() && answer.body().path("kind").asString("").endsWith("List");
  }

  /** One list, page by page. */
  private final class Walk<T> {
    private final ApiResource kind;
    private final String path;
    private final Map<String, String> query;
    private final String accept;
    private final Reading<T> reading;
    private final String list;
    private final Map<ResourceId, T> found = new HashMap<>();
    private String version = "";
    private int restarts;

    Walk(
        ApiResource kind,
        String path,
        Map<String, String> query,
        String accept,
        Reading<T> reading) {
      this.kind = kind;
      this.path = path;
      this.query = query;
      this.accept = accept;
      this.reading = reading;
      this.list = String.join(" ", path, query.toString(), accept);
    }

    CompletableFuture<Listing<T>> begin() {
      return ask("").thenCompose(answer -> take(answer, ""));
    }

    private CompletableFuture<KubeResponse> ask(String token) {
      return ask(token, pages.getOrDefault(list, PAGE));
    }

    private CompletableFuture<KubeResponse> ask(String token, int limit) {
      Map<String, String> all = new LinkedHashMap<>(query);
      all.put("limit", Integer.toString(limit));
      if (!token.isEmpty()) {
        all.put("continue", token);
      }
      return http.patiently(() -> http.send(path, all, accept))
          .exceptionallyCompose(
              thrown -> {
                if (limit == 1 || !KubeFailures.tooLarge(thrown)) {
                  return CompletableFuture.failedFuture(thrown);
                }
                // What is not read teaches no size: fewer are asked for until a page fits.
                int fewer = Math.max(1, limit / 4);
                pages.put(list, fewer);
                return ask(token, fewer);
              });
    }

    /** Reads a page and all that follow; a loop, because answers that are there must not nest. */
    private CompletableFuture<Listing<T>> take(KubeResponse first, String firstToken) {
      KubeResponse answer = first;
      String token = firstToken;
      while (true) {
        // The rest of a list that took too long is gone with the state that it showed.
        boolean expired = answer.code() == 410 && !token.isEmpty() && restarts++ < RESTARTS;
        if (expired) {
          found.clear();
        } else if (!isList(answer)) {
          return CompletableFuture.failedFuture(new RefusedException(path, answer));
        }
        String next = expired ? "" : answer.body().path("metadata").path("continue").asString("");
        learn(answer);
        if (!expired && next.isEmpty()) {
          read(answer.body(), token.isEmpty());
          return CompletableFuture.completedFuture(new Listing<>(found, version));
        }
        // Asked for before this one is read: the server need not wait for that.
        CompletableFuture<KubeResponse> asked = ask(next);
        read(answer.body(), token.isEmpty());
        if (!asked.isDone() || asked.isCompletedExceptionally()) {
          return asked.thenCompose(page -> take(page, next));
        }
        answer = asked.join();
        token = next;
      }
    }

    /** The next page, also of the next such list, holds as many objects of this size as fit. */
    private void learn(KubeResponse page) {
      int objects = page.body().path("items").size();
      if (objects > 0) {
        long fit = Math.max(1, (long) PAGE_BYTES * objects / page.length());
        if (fit < PAGE) {
          pages.put(list, (int) fit);
        } else {
          pages.remove(list);
        }
      }
    }

    private void read(JsonNode page, boolean first) {
      if (first) {
        version = page.path("metadata").path("resourceVersion").asString("");
      }
      for (JsonNode item : page.path("items")) {
        // Items of a list come without kind and apiVersion.
        ((ObjectNode) item).put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
        ResourceId id = View.id(kind, item);
        T read = reading.read(id, item);
        if (read != null) {
          found.put(id, read);
        }
      }
    }
  }
}

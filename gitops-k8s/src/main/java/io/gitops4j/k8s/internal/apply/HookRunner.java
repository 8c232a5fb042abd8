package io.gitops4j.k8s.internal.apply;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.PrunePropagation;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.diff.Prepared;
import io.gitops4j.k8s.internal.observe.LiveObject;
import io.gitops4j.k8s.internal.observe.View;
import io.gitops4j.k8s.internal.order.Hook;
import io.gitops4j.k8s.internal.order.Hook.DeletePolicy;
import io.gitops4j.k8s.internal.order.Phase;
import io.gitops4j.k8s.internal.order.SyncRecord;
import io.gitops4j.k8s.internal.order.SyncRecord.HookRun;
import io.gitops4j.k8s.internal.order.SyncRecord.HookState;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes and removes what hooks are. Everything is recorded before it is done, so that whoever goes
 * on after a crash knows what there may be. For one thread.
 */
final class HookRunner {
  /** An object of a hook carries the attempt that made it. */
  private static final String ATTEMPT = "gitops4j.io/hook-attempt";

  /** A Job that removes itself must be seen to end first, even by whoever goes on after a crash. */
  private static final int SHORTEST_LIFE = 600;

  private static final Duration LOOK = Duration.ofMillis(100);

  private final ObjectWrites.Parts parts;
  private final Clock clock;
  private final View view;
  private final SyncRecordStore.Session session;
  private final Digest key;
  private final String revision;
  private final OperationContext context;

  HookRunner(
      ObjectWrites.Parts parts,
      Clock clock,
      SyncRecordStore.Session session,
      Plan<ManifestSet> plan,
      SyncRecord.Run run,
      OperationContext context) {
    this.parts = parts;
    this.clock = clock;
    this.view = parts.settings().view(plan.target());
    this.session = session;
    this.key = run.key();
    this.revision = plan.desired().revision().digest().abbreviated(7);
    this.context = context;
  }

  /** What came of a start. */
  record Started(ResourceId object, Health health, Optional<Failure> failure) {}

  /** Starts a hook in a phase, or finds it started. */
  List<Started> start(List<Asked> asked) {
    Map<Asked, HookRun> runs = new HashMap<>();
    Map<Asked, Started> found = new HashMap<>();
    for (Asked one : asked) {
      Optional<HookRun> known = session.record().find(key, one.phase(), one.prepared().id());
      Optional<Started> there =
          known.filter(k -> k.state() == HookState.STARTED).flatMap(k -> adopt(one, k));
      if (there.isPresent()) {
        found.put(one, there.get());
      } else {
        HookRun run = fresh(one);
        runs.put(one, run);
        session.set(session.record().with(run));
      }
    }
    session.save(context);
    List<Started> answers = new ArrayList<>();
    for (Asked one : asked) {
      answers.add(found.containsKey(one) ? found.get(one) : make(one, runs.get(one)));
    }
    session.save(context);
    return answers;
  }

  /** A hook that is to run in a phase. */
  record Asked(Prepared prepared, Phase phase) {}

  /** Whether an attempt that was cut off made its object already. */
  private Optional<Started> adopt(Asked asked, HookRun run) {
    Optional<LiveObject> live =
        parts.observer().one(run.object(), asked.prepared().resource(), context);
    if (live.filter(l -> attempt(l.tree()).equals(run.token())).isEmpty()) {
      return Optional.empty();
    }
    session.set(session.record().with(run.at(HookState.CREATED)));
    return Optional.of(started(run, asked.prepared().resource(), live.get().tree()));
  }

  private HookRun fresh(Asked asked) {
    ResourceId hook = asked.prepared().id();
    String token = Long.toString(clock.millis());
    String generated = asked.prepared().source().path("metadata").path("generateName").asString("");
    boolean named = !asked.prepared().source().path("metadata").path("name").asString("").isEmpty();
    String name =
        named
            ? hook.name()
            : "%s%s-%s-%s"
                .formatted(
                    generated, revision, asked.phase().word().toLowerCase(Locale.ROOT), token);
    return new HookRun(
        key,
        asked.phase(),
        hook,
        new ResourceId(hook.group(), hook.kind(), hook.namespace(), name),
        asked.prepared().resource().apiVersion(),
        token,
        HookState.STARTED,
        true);
  }

  private Started make(Asked asked, HookRun run) {
    Prepared prepared = asked.prepared();
    Optional<Failure> occupied = clear(asked, run);
    if (occupied.isPresent()) {
      session.set(session.record().with(run.at(HookState.FAILED).gone()));
      return new Started(run.object(), Health.of(HealthStatus.MISSING), occupied);
    }
    Change create = change(run.object(), Action.CREATE, Optional.empty());
    Prepared body = prepared.withBody(run.object(), body(prepared, run));
    Writer.Result answer = send(write(create, prepared.resource(), Optional.of(body)));
    if (answer.failure().isPresent()) {
      session.set(session.record().with(run.at(HookState.FAILED)));
      return new Started(run.object(), Health.of(HealthStatus.MISSING), answer.failure());
    }
    session.set(session.record().with(run.at(HookState.CREATED)));
    return started(run, prepared.resource(), answer.live());
  }

  private Started started(HookRun run, ApiResource kind, JsonNode live) {
    return new Started(
        run.object(),
        parts.observer().wrote(run.object(), kind, view, live).health(),
        Optional.empty());
  }

  private static ObjectNode body(Prepared prepared, HookRun run) {
    ObjectNode body = prepared.body().deepCopy();
    ObjectNode metadata = (ObjectNode) body.get("metadata");
    metadata.put("name", run.object().name()).remove("generateName");
    metadata.withObject("/annotations").put(ATTEMPT, run.token());
    JsonNode life = body.path("spec").path("ttlSecondsAfterFinished");
    if (run.object().kind().equals("Job") && life.isNumber() && life.asInt() < SHORTEST_LIFE) {
      ((ObjectNode) body.get("spec")).put("ttlSecondsAfterFinished", SHORTEST_LIFE);
    }
    return body;
  }

  /** Removes what earlier attempts left; why it cannot be, when it cannot. */
  private Optional<Failure> clear(Asked asked, HookRun run) {
    ApiResource kind = asked.prepared().resource();
    for (HookRun earlier : session.record().hooks()) {
      boolean old =
          earlier.present()
              && earlier.hook().equals(run.hook())
              && !earlier.token().equals(run.token());
      if (old && earlier.object().equals(run.object())) {
        session.set(session.record().with(earlier.gone()));
      } else if (old && policies(asked.prepared()).contains(DeletePolicy.BEFORE_CREATION)) {
        remove(earlier);
      }
    }
    Optional<LiveObject> live = parts.observer().one(run.object(), kind, context);
    if (live.isEmpty()) {
      return Optional.empty();
    }
    String owner =
        live.get().tree().path("metadata").path("labels").path(view.label()).asString("");
    if (!owner.equals(view.hash())) {
      return Optional.of(
          failure(
              "K8S-NOT-OWNED",
              run.object(),
              "it exists already and was not made by this target, so the hook cannot run",
              "remove it, or give the hook another name"));
    }
    Writer.Result removed = delete(run.object(), kind, live.get());
    if (removed.failure().isPresent()) {
      return removed.failure();
    }
    long end = System.nanoTime() + parts.settings().healthTimeout().toNanos();
    while (parts
        .observer()
        .one(run.object(), kind, context)
        .filter(l -> l.version().uid().equals(live.get().version().uid()))
        .isPresent()) {
      if (System.nanoTime() > end) {
        return Optional.of(
            failure(
                "K8S-WAIT-TIMEOUT",
                run.object(),
                "what the hook left when it ran last is still there "
                    + parts.settings().healthTimeout().toSeconds()
                    + " seconds after it was removed",
                "look at its finalizers"));
      }
      context.pause(LOOK, Stage.APPLY);
    }
    return Optional.empty();
  }

  /** What was made of a hook that was started. */
  ResourceId object(Asked asked) {
    return session.record().find(key, asked.phase(), asked.prepared().id()).orElseThrow().object();
  }

  /** Removes what is left of hooks that nobody needs any more; at the end, of all. */
  void tidy(Map<ResourceId, Prepared> desired, boolean end) {
    for (HookRun run : session.record().hooks()) {
      Set<DeletePolicy> policies =
          Optional.ofNullable(desired.get(run.hook()))
              .map(HookRunner::policies)
              .orElse(Set.of(DeletePolicy.SUCCEEDED));
      boolean done =
          run.key().equals(key)
              ? run.state() == HookState.SUCCEEDED && policies.contains(DeletePolicy.SUCCEEDED)
              : !desired.containsKey(run.hook());
      if (run.present() && (end || done)) {
        remove(run);
      }
    }
  }

  /** Records how a hook ended, and removes what its policy says. */
  void ended(Asked asked, boolean well) {
    HookRun run = session.record().find(key, asked.phase(), asked.prepared().id()).orElseThrow();
    HookRun ended = run.at(well ? HookState.SUCCEEDED : HookState.FAILED);
    session.set(session.record().with(ended));
    session.save(context);
    if (policies(asked.prepared()).contains(well ? DeletePolicy.SUCCEEDED : DeletePolicy.FAILED)) {
      remove(ended);
    }
  }

  /** Removes a hook's object if it is there; what cannot be removed stays recorded. */
  void remove(HookRun run) {
    if (!parts.settings().permits().allows(run.object())) {
      return; // A project may have been narrowed since: then nobody even looks.
    }
    Optional<ApiResource> kind = parts.discovery().find(run.apiVersion(), run.object().kind());
    Optional<LiveObject> live = kind.flatMap(k -> parts.observer().one(run.object(), k, context));
    boolean gone = live.filter(l -> attempt(l.tree()).equals(run.token())).isEmpty();
    if (!gone) {
      gone = delete(run.object(), kind.get(), live.get()).failure().isEmpty();
    }
    if (gone) {
      session.set(session.record().with(run.gone()));
    }
  }

  private Writer.Result delete(ResourceId id, ApiResource kind, LiveObject live) {
    return send(write(change(id, Action.DELETE, Optional.of(live)), kind, Optional.empty()));
  }

  /** What a Job made goes with it, whatever becomes of what other objects made. */
  private static Write write(Change change, ApiResource kind, Optional<Prepared> body) {
    return new Write(
        change, kind, body, change.live(), Optional.of(PrunePropagation.BACKGROUND), false, false);
  }

  private Writer.Result send(Write write) {
    List<Writer.Result> answers = new ArrayList<>();
    parts.writer().sendAll(List.of(write), (w, answer) -> answers.add(answer), context);
    return answers.get(0);
  }

  private static Change change(ResourceId id, Action action, Optional<LiveObject> live) {
    return new Change(
        id,
        action,
        Reason.HOOK,
        List.of(),
        live.map(LiveObject::version),
        Health.of(HealthStatus.MISSING),
        "");
  }

  private static Set<DeletePolicy> policies(Prepared hook) {
    return hook.placement().hook().map(Hook::policies).orElse(Set.of());
  }

  private static String attempt(JsonNode live) {
    return live.path("metadata").path("annotations").path(ATTEMPT).asString("");
  }

  private static Failure failure(String code, ResourceId id, String reason, String next) {
    return new Failure(
        Stage.APPLY,
        code,
        Retryability.RETRY,
        Optional.of(id.toString()),
        reason,
        Optional.of(next));
  }
}

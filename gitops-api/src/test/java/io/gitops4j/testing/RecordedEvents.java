package io.gitops4j.testing;

import io.gitops4j.reconcile.ReconcileListener;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps every event that a listener is told, in order. May be told by several threads. */
public final class RecordedEvents {
  private final List<Object> told = Collections.synchronizedList(new ArrayList<>());

  // Not a class that overrides each method: an event that is new would be missed by it in silence.
  private final ReconcileListener listener =
      (ReconcileListener)
          Proxy.newProxyInstance(
              ReconcileListener.class.getClassLoader(),
              new Class<?>[] {ReconcileListener.class},
              (proxy, method, arguments) -> tell(method, arguments));

  /**
   * What has to be told.
   *
   * @return the listener
   */
  public ReconcileListener listener() {
    return listener;
  }

  /**
   * What was told of one kind.
   *
   * @param kind the kind of event, or a type that several kinds have
   * @param <E> its type
   * @return what was told so far, in order
   */
  public <E> List<E> of(Class<E> kind) {
    synchronized (told) {
      return told.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
  }

  /**
   * What was told, by the names of its kinds.
   *
   * @return such as {@code Started} and {@code Finished}, in order
   */
  public List<String> names() {
    return of(Object.class).stream().map(e -> e.getClass().getSimpleName()).toList();
  }

  /** Forgets what was told so far. */
  public void forget() {
    told.clear();
  }

  private @Nullable Object tell(Method method, Object[] arguments)
      throws IllegalAccessException, InvocationTargetException {
    if (method.getDeclaringClass() == Object.class) {
      return method.invoke(this, arguments);
    }
    told.add(arguments[0]);
    return null;
  }
}

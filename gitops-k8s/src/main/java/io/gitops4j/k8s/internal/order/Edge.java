package io.gitops4j.k8s.internal.order;

/**
 * That one node of a {@link SyncGraph} waits for another one.
 *
 * @param waiting the number of the one that waits
 * @param on the number of the one that it waits for
 * @param settled whether that must be well, or gone; else it is enough that it was written
 * @param why for people; empty when stages say so
 */
record Edge(int waiting, int on, boolean settled, String why) {}

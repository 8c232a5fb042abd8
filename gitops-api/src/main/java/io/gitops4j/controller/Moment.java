package io.gitops4j.controller;

import java.time.Instant;

/**
 * When something happens.
 *
 * @param nanos since the controller was made, by a clock that never jumps: what all waits go by
 * @param time by the clock on the wall: for events only
 */
record Moment(long nanos, Instant time) {}

package dev.apq.study;

/** A part of the study. */
enum Part {
  /** How many quantized samples the transfer saves. */
  TRANSFER,
  /** Joint search against chains and against ignoring bits, with costs. */
  SEARCH
}

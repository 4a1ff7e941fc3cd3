#pragma once
/// @file Published models and systems that the tests of training share.
#include "models/training/training_step.h"

namespace aifactory::reference {

/// The GPT shape of Narayanan et al. 2021 and Korthikanti et al. 2022: s 2048, V 51200.
inline ModelShape gpt(std::int64_t layers, std::int64_t hidden, std::int64_t heads) {
  ModelShape shape;
  shape.layers = layers;
  shape.hidden = hidden;
  shape.heads = heads;
  shape.sequence = 2048;
  shape.vocabulary = 51200;
  return shape;
}

inline ModelShape llama3_405b() {
  ModelShape shape = gpt(126, 16384, 128);
  shape.sequence = 8192;
  shape.vocabulary = 128256;
  shape.kv_heads = 8;
  shape.ffn = 53248;
  shape.gated = true;
  shape.biases = shape.dropout = shape.learned_positions = shape.tied_embedding = false;
  return shape;
}

/// Llama Team 2024, table 4: tensor 8, pipeline 16 in eight chunks, 2,048 sequences a step.
inline Parallelism llama3_split(std::int64_t data) {
  Parallelism split;
  split.tensor = 8;
  split.sequence_parallel = true;
  split.pipeline = 16;
  split.virtual_stages = 8;
  split.data = data;
  split.global_batch = 2048;
  split.zero_stage = 2;
  return split;
}
/// Fused attention; traffic between data and pipeline ranks wholly behind the products.
inline TrainingSoftware llama3_software() {
  TrainingSoftware software;
  software.attention = AttentionKernel::fused;
  software.data_overlap = software.pipeline_overlap = 1.0;
  return software;
}

/// A100 80 GB in nodes of eight with one 200 Gb/s interface each.
inline TrainingHardware a100(double gemm_efficiency) {
  TrainingHardware hardware;
  hardware.gemm_peak = hardware.attention_peak = 312.0 * TFLOP_per_s;
  hardware.gemm_efficiency = gemm_efficiency;
  hardware.memory_bandwidth = 2039.0 * GB_per_s;
  hardware.memory = 80.0 * GB;
  hardware.scale_up = 300.0 * GB_per_s;
  hardware.scale_out = 25.0 * GB_per_s;
  hardware.domain = 8;
  return hardware;
}

inline TrainingHardware h100(double gemm_efficiency) {
  TrainingHardware hardware = a100(gemm_efficiency);
  hardware.gemm_peak = hardware.attention_peak = 989.0 * TFLOP_per_s;
  hardware.memory_bandwidth = 3350.0 * GB_per_s;
  hardware.scale_up = 450.0 * GB_per_s;
  hardware.scale_out = 50.0 * GB_per_s;
  return hardware;
}

}  // namespace aifactory::reference

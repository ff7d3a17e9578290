// Declares the picture operations of the CPU backend: Backend::yuv_to_rgb(), resize_bicubic(),
// patchify() and resize_bilinear().
//
// Thread rule: the ThreadPool's. Lifetime rule: nothing is kept.
#ifndef LONGTAKE_KERNELS_CPU_PICTURES_H_
#define LONGTAKE_KERNELS_CPU_PICTURES_H_

#include "kernels/backend.h"
#include "kernels/cpu/thread_pool.h"

namespace longtake::kernels::cpu {

void yuv_to_rgb(ThreadPool& pool, const YuvPicture& picture, const Tensor& rgb);
void resize_bicubic(ThreadPool& pool, const Tensor& image, const Tensor& resized);
void patchify(ThreadPool& pool, const Tensor& images, const PatchSpec& spec, const Tensor& patches);
void resize_bilinear(ThreadPool& pool, const Tensor& x, const Tensor& y);

}  // namespace longtake::kernels::cpu

#endif  // LONGTAKE_KERNELS_CPU_PICTURES_H_

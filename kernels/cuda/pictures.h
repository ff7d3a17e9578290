// Declares Backend's picture operations on CUDA. yuv_to_rgb() and resize_bicubic() give the very
// bytes that the CPU gives.
//
// Thread rule: the Context's. Lifetime rule: nothing is kept.
#ifndef LONGTAKE_KERNELS_CUDA_PICTURES_H_
#define LONGTAKE_KERNELS_CUDA_PICTURES_H_

#include "kernels/backend.h"
#include "kernels/cuda/context.h"

namespace longtake::kernels::cuda {

void yuv_to_rgb(Context& context, const YuvPicture& picture, const Tensor& rgb);
void resize_bicubic(Context& context, const Tensor& image, const Tensor& resized);
void patchify(Context& context, const Tensor& images, const PatchSpec& spec, const Tensor& patches);
void resize_bilinear(Context& context, const Tensor& x, const Tensor& y);

}  // namespace longtake::kernels::cuda

#endif  // LONGTAKE_KERNELS_CUDA_PICTURES_H_

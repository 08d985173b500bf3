// An operation of ours as TensorFlow sees it: definition, attributes, inputs and outputs without their ceremony.
#ifndef GRADALIGN_KERNEL_H_
#define GRADALIGN_KERNEL_H_

#include <initializer_list>
#include <vector>

#include "tf_kernels.h"

namespace gradalign {

class Construction {
 public:
  explicit Construction(TF_OpKernelConstruction* c) : c_(c), status_(TF_NewStatus()) {}
  ~Construction() { TF_DeleteStatus(status_); }

  float real(const char* name) {
    float value = 0;
    TF_OpKernelConstruction_GetAttrFloat(c_, name, &value, status_);
    return value;
  }
  int32_t integer(const char* name) {
    int32_t value = 0;
    TF_OpKernelConstruction_GetAttrInt32(c_, name, &value, status_);
    return value;
  }
  bool flag(const char* name) {
    unsigned char value = 0;
    TF_OpKernelConstruction_GetAttrBool(c_, name, &value, status_);
    return value != 0;
  }
  std::vector<int32_t> integers(const char* name) {
    int32_t count = 0, total = 0;
    TF_OpKernelConstruction_GetAttrSize(c_, name, &count, &total, status_);
    std::vector<int32_t> values(count < 0 ? 0 : count);
    TF_OpKernelConstruction_GetAttrInt32List(c_, name, values.data(), static_cast<int>(values.size()), status_);
    return values;
  }

 private:
  TF_OpKernelConstruction* c_;
  TF_Status* status_;
};

// A tensor of one call: data and shape. Alive as long as the call's Context.
struct Tensor {
  void* data = nullptr;
  std::vector<int64_t> shape;
  int64_t size = 0;

  float* floats() const { return static_cast<float*>(data); }
  uint8_t* bytes() const { return static_cast<uint8_t*>(data); }
};

class Context {
 public:
  explicit Context(TF_OpKernelContext* c) : c_(c), status_(TF_NewStatus()) {}
  ~Context() {
    for (TF_Tensor* tensor : held_) TF_DeleteTensor(tensor);
    TF_DeleteStatus(status_);
  }

  Tensor input(int index) {
    TF_Tensor* tensor = nullptr;
    TF_GetInput(c_, index, &tensor, status_);
    return hold(tensor);
  }

  // Without memory `failed()` becomes true.
  Tensor output(int index, const std::vector<int64_t>& shape, TF_DataType type = TF_FLOAT) {
    size_t bytes = TF_DataTypeSize(type);
    for (int64_t length : shape) bytes *= static_cast<size_t>(length);
    return hold(TF_AllocateOutput(c_, index, type, shape.data(), static_cast<int>(shape.size()), bytes, status_));
  }

  bool failed() {
    if (TF_GetCode(status_) == TF_OK) return false;
    TF_OpKernelContext_Failure(c_, status_);
    return true;
  }

  void fail(const char* message) {
    TF_SetStatus(status_, TF_INVALID_ARGUMENT, message);
    TF_OpKernelContext_Failure(c_, status_);
  }

 private:
  Tensor hold(TF_Tensor* tensor) {
    Tensor result;
    if (TF_GetCode(status_) != TF_OK || tensor == nullptr) return result;
    held_.push_back(tensor);
    result.data = TF_TensorData(tensor);
    result.size = 1;
    for (int i = 0; i < TF_NumDims(tensor); i++) {
      result.shape.push_back(TF_Dim(tensor, i));
      result.size *= result.shape.back();
    }
    return result;
  }

  TF_OpKernelContext* c_;
  TF_Status* status_;
  std::vector<TF_Tensor*> held_;
};

// Kernel has a constructor from Construction& and compute(Context&) const.
template <typename Kernel>
void registerKernel(const char* name, std::initializer_list<const char*> attributes, std::initializer_list<const char*> inputs,
                    std::initializer_list<const char*> outputs) {
  TF_Status* status = TF_NewStatus();
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(name);
  for (const char* spec : attributes) TF_OpDefinitionBuilderAddAttr(definition, spec);
  for (const char* spec : inputs) TF_OpDefinitionBuilderAddInput(definition, spec);
  for (const char* spec : outputs) TF_OpDefinitionBuilderAddOutput(definition, spec);
  TF_RegisterOpDefinition(definition, status);
  TF_RegisterKernelBuilder(
      name,
      TF_NewKernelBuilder(
          name, "CPU",
          [](TF_OpKernelConstruction* c) -> void* {
            Construction construction(c);
            return new Kernel(construction);
          },
          [](void* kernel, TF_OpKernelContext* c) {
            Context context(c);
            static_cast<const Kernel*>(kernel)->compute(context);
          },
          [](void* kernel) { delete static_cast<Kernel*>(kernel); }),
      status);
  TF_DeleteStatus(status);
}

}  // namespace gradalign

#endif

#include "engine/model/greedy_steps.h"

#include <algorithm>
#include <utility>

namespace longtake::model {

namespace {

// A recording costs as much as several repetitions gain. How long an answer gets shows only as it does: those
// that have made so many steps go on for a while, most of the others end before.
constexpr std::int64_t kStepsBefore = 4;
// For fewer tokens it is not worth its while in any case.
constexpr std::int64_t kFewestRepetitions = 4;

}  // namespace

GreedySteps::GreedySteps(Model& model, AttentionContext& context, std::function<bool()> cancelled)
    : model_(model),
      context_(context),
      cancelled_(std::move(cancelled)),
      row_(model.backend().allocate(model.backend().activation_dtype(),
                                    {1, model.decoder().config().width})) {}

GreedySteps::~GreedySteps() = default;

TokenId GreedySteps::after(TokenId id, std::int64_t left) {
  if (steps_++ == kStepsBefore) record(id, std::min(left, context_.repeatable()));
  if (recorded_ == nullptr) return pass(id, cancelled_);
  context_.move_to(context_.place() + 1);
  return recorded_->repeat();
}

TokenId GreedySteps::pass(TokenId id, const std::function<bool()>& cancelled) {
  model_.embed({&id, 1}, row_);
  model_.decoder().forward(row_, context_, cancelled);
  return model_.decoder().likeliest(row_);
}

void GreedySteps::record(TokenId id, std::int64_t repetitions) {
  if (repetitions < kFewestRepetitions) return;
  const std::int64_t place = context_.place();
  recorded_ = model_.backend().record(repetitions, [&] { pass(id, {}); });
  context_.move_to(place);  // it was said, not done
}

}  // namespace longtake::model

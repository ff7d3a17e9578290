#include "engine/session/events.h"

#include <new>

namespace longtake {

bool ends_request(const Event& event) {
  return !std::holds_alternative<WatchProgress>(event.body) &&
         !std::holds_alternative<QuestionStored>(event.body) &&
         !std::holds_alternative<AnswerPhase>(event.body) &&
         !std::holds_alternative<AnswerText>(event.body) &&
         !std::holds_alternative<AnswerCitations>(event.body) &&
         !std::holds_alternative<PictureReady>(event.body) &&
         !std::holds_alternative<EngineNotice>(event.body);
}

RequestFailed failure(const std::exception& error) {
  if (const auto* known = dynamic_cast<const Error*>(&error)) {
    return {known->code(), known->message(), known->hint()};
  }
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) {
    return {ErrorCode::out_of_memory, "There is not enough memory for this",
            "Close other programs, or use a smaller model."};
  }
  return {ErrorCode::internal, error.what(), "This is a bug in Longtake: please report it."};
}

}  // namespace longtake

// Declares parse_json(), the one way in which this room turns untrusted JSON into a document:
// nesting is bounded, a key that occurs twice in one object is refused (two readers would see two
// documents), and a syntax error becomes Error{corrupt_data} with the file's name and the byte
// offset.
//
// Included by .cc files only, so that nlohmann/json.hpp stays out of every other page.
// Thread rule: a pure function. Lifetime rule: the document owns everything.
#ifndef LONGTAKE_ENGINE_MODEL_JSON_READER_H_
#define LONGTAKE_ENGINE_MODEL_JSON_READER_H_

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernels/error.h"

namespace longtake::model {

using Json = nlohmann::json;

// Builds the document from nlohmann's event interface, with a stack of our own instead of
// recursion.
class JsonBuilder {
 public:
  using number_integer_t = Json::number_integer_t;
  using number_unsigned_t = Json::number_unsigned_t;
  using number_float_t = Json::number_float_t;
  using string_t = Json::string_t;
  using binary_t = Json::binary_t;

  JsonBuilder(std::string what, std::size_t max_depth)
      : what_(std::move(what)), max_depth_(max_depth) {}

  bool null() { return add(Json(nullptr)); }
  bool boolean(bool value) { return add(Json(value)); }
  bool number_integer(number_integer_t value) { return add(Json(value)); }
  bool number_unsigned(number_unsigned_t value) { return add(Json(value)); }
  bool number_float(number_float_t value, const string_t& /*digits*/) { return add(Json(value)); }
  bool string(string_t& value) { return add(Json(std::move(value))); }
  bool binary(binary_t& /*value*/) { return false; }  // does not occur in text
  bool start_object(std::size_t /*elements*/) { return open(Json::object()); }
  bool start_array(std::size_t /*elements*/) { return open(Json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(string_t& name) {
    auto [place, inserted] = open_.back()->get_ref<Json::object_t&>().emplace(name, nullptr);
    if (!inserted) fail("the key \"" + name.substr(0, 80) + "\" occurs twice in one object");
    slot_ = &place->second;
    return true;
  }
  template <class Exception>
  bool parse_error(std::size_t position, const std::string& /*token*/, const Exception& /*error*/) {
    fail("not valid JSON at byte " + std::to_string(position));
  }
  Json take() { return std::move(root_); }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw Error(ErrorCode::corrupt_data, what_ + ": " + why,
                "The file is damaged or was edited by hand. Download the model again.");
  }
  // Places a value where the document goes on: the root, the slot of the last key, or an array's
  // end.
  Json* place(Json&& value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    if (open_.back()->is_array()) {
      auto& elements = open_.back()->get_ref<Json::array_t&>();
      elements.push_back(std::move(value));
      return &elements.back();
    }
    *slot_ = std::move(value);
    return slot_;
  }
  bool add(Json&& value) {
    place(std::move(value));
    return true;
  }
  bool open(Json&& value) {
    if (open_.size() >= max_depth_) {
      fail("nested deeper than " + std::to_string(max_depth_) + " levels");
    }
    // The pointer stays good: nothing is added to the parent before this value is closed.
    open_.push_back(place(std::move(value)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  const std::string what_;
  const std::size_t max_depth_;
  Json root_;
  Json* slot_ = nullptr;
  std::vector<Json*> open_;
};

// `what` names the document in errors, e.g. a file name.
inline Json parse_json(std::string_view text, std::string what, std::size_t max_depth = 32) {
  JsonBuilder builder(std::move(what), max_depth);
  Json::sax_parse(text.begin(), text.end(), &builder);
  return builder.take();
}

}  // namespace longtake::model

#endif  // LONGTAKE_ENGINE_MODEL_JSON_READER_H_

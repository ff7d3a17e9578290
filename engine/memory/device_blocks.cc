#include "engine/memory/device_blocks.h"

#include <algorithm>
#include <iterator>

#include "kernels/error.h"

namespace longtake::memory {

using kernels::Tensor;

namespace {

constexpr std::size_t kShelfBytes = std::size_t{32} << 20;
constexpr std::size_t kAlignment = 256;  // of payloads, as where each is an allocation

}  // namespace

Tensor DeviceBlocks::find(const PayloadKey& key) {
  const auto found = index_.find(key);
  if (found == index_.end()) return {};
  entries_.splice(entries_.begin(), entries_, found->second);
  found->second->answer = answer_;
  ++statistics_.hits;
  return found->second->payload();
}

bool DeviceBlocks::keep(std::span<const Item> items) {
  const std::int64_t before = statistics_.uploads;
  std::size_t done = 0;
  while (done < items.size() && bring(items[done], items.size() - done)) ++done;
  // Until here the payloads must not go.
  if (statistics_.uploads > before) backend_.synchronize();
  return done == items.size();
}

bool DeviceBlocks::bring(const Item& item, std::size_t more) {
  if (index_.contains(item.key)) return true;
  const ShelfPlace shelf = shelf_for(item.payload->bytes(), more);
  if (shelf == shelves_.end()) return false;
  const Entry entry{item.key, shelf, shelf->free.back(), item.payload->bytes(), answer_};
  backend_.send(item.payload->data(), entry.payload());
  entries_.push_front(entry);
  index_[item.key] = entries_.begin();
  shelf->free.pop_back();
  if (shelf->free.empty()) shelves_.splice(shelves_.end(), shelves_, shelf);
  statistics_.bytes += entry.bytes;
  ++statistics_.uploads;
  return true;
}

void DeviceBlocks::forget(const BlockSource& source) {
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto next = std::next(entry);
    if (entry->key.source == &source) drop(entry);
    entry = next;
  }
}

Tensor DeviceBlocks::Entry::payload() const {
  const Tensor all = shelf->memory.rows(place, place + 1).reshaped({shelf->memory.dim(1)});
  return all.rows(0, static_cast<std::int64_t>(bytes));
}

DeviceBlocks::ShelfPlace DeviceBlocks::shelf_for(std::size_t bytes, std::size_t more) {
  const std::size_t size = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  if (size > byte_budget_) return shelves_.end();
  while (true) {
    for (auto shelf = shelves_.begin(); shelf != shelves_.end() && !shelf->free.empty(); ++shelf) {
      if (shelf->memory.dim(1) == static_cast<std::int64_t>(size)) return shelf;
    }
    if (shelves_bytes_ + size <= byte_budget_) return add_shelf(size, more);
    if (entries_.empty() || entries_.back().answer == answer_) return shelves_.end();
    drop(std::prev(entries_.end()));
  }
}

DeviceBlocks::ShelfPlace DeviceBlocks::add_shelf(std::size_t place_bytes, std::size_t more) {
  const std::size_t room = std::min(kShelfBytes, byte_budget_ - shelves_bytes_);
  const auto places =
      static_cast<std::int64_t>(std::clamp<std::size_t>(room / place_bytes, 1, more));
  Shelf shelf;
  try {
    shelf.memory =
        backend_.allocate(kernels::DType::u8, {places, static_cast<std::int64_t>(place_bytes)});
  } catch (const Error& error) {
    if (error.code() != ErrorCode::out_of_memory) throw;
    byte_budget_ = 0;
    while (!entries_.empty()) drop(entries_.begin());
    return shelves_.end();
  }
  for (std::int64_t place = places; place > 0; --place) shelf.free.push_back(place - 1);
  shelves_bytes_ += shelf.memory.bytes();
  shelves_.push_front(std::move(shelf));
  return shelves_.begin();
}

void DeviceBlocks::drop(std::list<Entry>::iterator entry) {
  const ShelfPlace shelf = entry->shelf;
  shelf->free.push_back(entry->place);
  shelves_.splice(shelves_.begin(), shelves_, shelf);
  statistics_.bytes -= entry->bytes;
  index_.erase(entry->key);
  entries_.erase(entry);
  // What nobody stands on is there for payloads of any size.
  if (static_cast<std::int64_t>(shelf->free.size()) == shelf->memory.rows()) {
    shelves_bytes_ -= shelf->memory.bytes();
    shelves_.erase(shelf);
  }
}

}  // namespace longtake::memory

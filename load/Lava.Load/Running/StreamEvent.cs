namespace Lava.Load.Running;

/// <summary>One event of a streamed answer, as the client got it.</summary>
/// <param name="ArrivedAt">Timestamp of the read that completed it; events of one read are one chunk.</param>
/// <param name="WrittenAt">When the provider says that it wrote the event, on the same clock; 0 where it does not say.</param>
/// <param name="IsContent">Does it hold text of the answer? The first that does is the first token.</param>
internal readonly record struct StreamEvent(long ArrivedAt, long WrittenAt, bool IsContent);

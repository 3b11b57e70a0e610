namespace Lava.Metering.Scanning;

/// <summary>A model that a request names beside its own.</summary>
/// <param name="Name">Its name, at most <see cref="RequestPeek.ModelBytesMax"/> characters.</param>
/// <param name="Answers">May it answer in place of the first? Else a tool calls it.</param>
public readonly record struct OtherModel(string Name, bool Answers);

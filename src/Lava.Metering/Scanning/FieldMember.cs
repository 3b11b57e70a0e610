namespace Lava.Metering.Scanning;

/// <summary>An object's member in a <see cref="FieldTree"/>.</summary>
/// <param name="Name">Its name, UTF-8, unescaped.</param>
/// <param name="Node">Its node.</param>
internal readonly record struct FieldMember(byte[] Name, byte Node);

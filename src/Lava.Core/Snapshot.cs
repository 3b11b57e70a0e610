namespace Lava.Core;

/// <summary>
/// One immutable value that many requests read and one writer replaces. A request reads <see cref="Current"/> once and keeps it:
/// everything later in that request sees the same state. <see cref="Swap"/> is the only way to change it.
/// </summary>
/// <typeparam name="T">An immutable type.</typeparam>
public sealed class Snapshot<T>(T initial)
    where T : class
{
    private readonly Lock _writer = new();
    private volatile T _current = initial;

    /// <summary>The latest value.</summary>
    public T Current => _current;

    /// <summary>
    /// Replaces the value by what <paramref name="change"/> makes of it. Writers wait for each other; readers never wait.
    /// </summary>
    public T Swap(Func<T, T> change)
    {
        lock (_writer)
        {
            return _current = change(_current);
        }
    }
}
